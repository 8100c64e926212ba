import type { ComponentChildren, VNode } from 'preact';
import type { Say } from '../words.ts';
import { gradeRow, scoreHeight, trendWidth, type Trend } from './trend.ts';

/** Drawn on the server, without a script; the sentence below says the same to those who do not see it. */
export function TrendFigure(props: { readonly trend: Trend; readonly say: Say }): VNode {
  const { trend, say } = props;
  const { grade, score, scans } = trend;
  return (
    <figure class="card trend">
      {grade === null ? null : (
        <div class="plot">
          <b class="small">{say('protection.grade')}</b>
          <ul class="letters" aria-hidden="true">
            {grade.rows.map((letter) => (
              <li key={letter}>{letter}</li>
            ))}
          </ul>
          <Lines height={grade.rows.length * gradeRow} path={grade.path}>
            {grade.rows.map((letter, place) => line((place + 0.5) * gradeRow, letter))}
          </Lines>
        </div>
      )}
      {score === null ? null : (
        <div class="plot">
          <b class="small">{say('protection.score')}</b>
          <ul class="ends" aria-hidden="true">
            <li>{score.top}</li>
            <li>0</li>
          </ul>
          <Lines height={scoreHeight} path={score.path}>
            {[0, scoreHeight / 2, scoreHeight].map((height) => line(height, String(height)))}
          </Lines>
        </div>
      )}
      <p class="plot soft small" aria-hidden="true">
        <time datetime={trend.from.iso}>{trend.from.at}</time>
        <time datetime={trend.to.iso}>{trend.to.at}</time>
      </p>
      <figcaption class="small">
        {say('protection.trend', { scans, since: trend.from.at })} {grade === null ? null : gradesSaid(grade, say)}{' '}
        {score === null ? null : scoresSaid(score, say)}
      </figcaption>
    </figure>
  );
}

function gradesSaid({ best, worst }: NonNullable<Trend['grade']>, say: Say): string {
  return best === worst ? say('protection.trend.grade.same', { best }) : say('protection.trend.grade', { best, worst });
}

function scoresSaid({ low, high }: NonNullable<Trend['score']>, say: Say): string {
  return low === high ? say('protection.trend.score.same', { low }) : say('protection.trend.score', { low, high });
}

function Lines(props: { readonly height: number; readonly path: string; readonly children: ComponentChildren }): VNode {
  const { height, path } = props;
  return (
    <svg
      viewBox={`0 0 ${trendWidth} ${height}`}
      width="100%"
      height={height}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <g class="grid">{props.children}</g>
      <path class="line" d={path} />
    </svg>
  );
}

function line(height: number, key: string): VNode {
  return <line key={key} x1={0} x2={trendWidth} y1={height} y2={height} />;
}
