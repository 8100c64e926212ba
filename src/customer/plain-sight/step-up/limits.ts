/** How long a code is good for, and how long the page stays open after it. */
export const codeMinutes = 10;
export const grantMinutes = 15;
