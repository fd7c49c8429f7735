// Something that is fetched again and again: `load` fetches and shows it, `tell` says what is wrong, or
// «» when all is well.

export const EVERY = 60_000;

export class Refresh {
  constructor({
    load,
    tell,
    now = () => new Date(),
    wait = (deed, left) => setTimeout(deed, left),
    stop = (timer) => clearTimeout(timer),
  }) {
    Object.assign(this, { load, tell, now, wait, stop });
    this.at = now();
    this.timer = null;
    this.isPaused = false;
    this.isLoading = false;
  }

  // Somebody looks at the page, or does no more. What is older than a minute is fetched at once.
  look(isSeen) {
    this.stop(this.timer);
    this.timer = null;
    this.isPaused = !isSeen;
    if (!isSeen) return;
    const left = Math.max(0, EVERY - (this.now() - this.at));
    this.timer = this.wait(() => this.fetch(), left);
  }

  pause() {
    this.look(false);
  }

  async fetch() {
    if (this.isPaused || this.isLoading) return;
    this.isLoading = true;
    try {
      await this.load();
      this.at = this.now();
      this.tell("");
    } catch (error) {
      this.tell(`Данные на ${clock(this.at)}: ${error.message}. Повторяем раз в минуту.`);
    } finally {
      this.isLoading = false;
    }
    if (!this.isPaused) this.timer = this.wait(() => this.fetch(), EVERY);
  }
}

function clock(at) {
  const two = (number) => String(number).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}
