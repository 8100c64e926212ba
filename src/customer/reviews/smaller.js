// Pictures are made small before they leave the device: there is less to send, and where they were taken stays there. What
// this browser cannot do is sent as it is; the server does all of it again in any case.
const edgeMax = 1600;
const quality = 0.85;

addEventListener('change', (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== 'file' || input.files === null) return;
  void shrink(input, [...input.files]);
});

/** @param {HTMLInputElement} input @param {readonly File[]} chosen */
async function shrink(input, chosen) {
  const files = new DataTransfer();
  for (const file of chosen) files.items.add(await smaller(file));
  // Somebody may have chosen others in the meantime.
  const isSame = input.files?.length === chosen.length && chosen.every((file, at) => input.files?.[at] === file);
  if (isSame) input.files = files.files;
}

/** @param {File} file @returns {Promise<File>} */
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, edgeMax / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const pen = canvas.getContext('2d');
    if (pen === null) return file;
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    /** @type {Promise<Blob | null>} */
    const made = new Promise((resolve) => {
      canvas.toBlob(resolve, 'image/jpeg', quality);
    });
    const blob = await made;
    return blob !== null ? new File([blob], 'picture.jpg', { type: 'image/jpeg' }) : file;
  } catch {
    return file;
  }
}
