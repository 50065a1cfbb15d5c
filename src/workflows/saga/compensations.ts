/**
 * What must be undone, registered before the step that may need it and run latest first. Each undo looks before it
 * acts, so one whose step never ran does nothing; each repeats until it is done or a person has settled it, so running
 * them ends with nothing left over.
 */
export class Compensations {
  private readonly undos: (() => Promise<void>)[] = [];

  add(undo: () => Promise<void>): void {
    this.undos.push(undo);
  }

  async run(): Promise<void> {
    for (let undo = this.undos.pop(); undo !== undefined; undo = this.undos.pop()) await undo();
  }
}
