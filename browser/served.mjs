// The program, started on a folder of its own, and stopped.
import { spawn } from "node:child_process";
import { once } from "node:events";

export class Served {
  constructor(program, folder) {
    this.program = program;
    this.folder = folder;
  }

  /** Starts it, and gives the address once it listens. */
  async start(...more) {
    this.child = spawn(this.program, ["serve", "--demo", "--port", "0", "--data", this.folder, ...more]);
    this.output = "";
    this.child.stderr.on("data", (text) => (this.output += text));
    const ended = once(this.child, "exit");
    while (!/listens at (\S+)\//.test(this.output)) {
      const came = await Promise.race([once(this.child.stderr, "data"), ended.then(() => null)]);
      if (!came) throw new Error(`the program ended before it listened:\n${this.output}`);
    }
    this.base = this.output.match(/listens at (\S+)\//)[1];
    return this.base;
  }

  /** Stops it as a system does, and gives how it ended. */
  async stop(signal = "SIGTERM") {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = once(this.child, "exit");
    this.child.kill(signal);
    const [code] = await ended;
    return code;
  }
}
