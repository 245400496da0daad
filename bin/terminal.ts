/** Output of a command: what is asked for goes to stdout, everything else to stderr. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** One line for the person at the terminal, beside the output. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A reader or a terminal that goes away ends no command: a hub still closes in order. */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}

export interface ProgressBar {
  /** Shows `done` of `total`; `detail` stands behind the bar. */
  update(done: number, total: number, detail: string): void;
  /** Ends the line. */
  end(): void;
}

/** A bar that redraws itself on a terminal; elsewhere a plain line each tenth. Both on stderr. */
export function progressBar(stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  return stream.isTTY ? drawnBar(stream) : plainBar(stream);
}

const WIDTH = 30;

function drawnBar(stream: NodeJS.WriteStream): ProgressBar {
  let drawn = 0;
  let line = '';
  const draw = (): void => {
    stream.write(`\r\u001b[K${line.slice(0, Math.max(20, (stream.columns || 80) - 1))}`);
    drawn = Date.now();
  };
  return {
    update(done, total, detail) {
      const share = total === 0 ? 1 : Math.min(1, done / total);
      const full = Math.round(share * WIDTH);
      line = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${Math.floor(share * 100)} %  ${detail}`;
      if (Date.now() - drawn >= 100) draw();
    },
    end() {
      draw();
      stream.write('\n');
    },
  };
}

function plainBar(stream: NodeJS.WriteStream): ProgressBar {
  let shown = 0;
  return {
    update(done, total, detail) {
      const tenth = total === 0 ? 10 : Math.floor((done / total) * 10);
      if (tenth <= shown) return;
      shown = tenth;
      stream.write(`${tenth * 10} %  ${detail}\n`);
    },
    end() {},
  };
}
