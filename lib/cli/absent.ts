/** One line for each tool that would add to what was just done and is not here, with the command that adds it. */
export async function absentTools(engineUsed: string | undefined): Promise<string[]> {
  const [tensorflow, jupyter] = await Promise.all([
    engineUsed === "tensorflow" ? undefined : tensorflowLine(),
    jupyterLine(),
  ]);
  return [tensorflow, jupyter].filter((line) => line !== undefined);
}

async function tensorflowLine(): Promise<string | undefined> {
  const { nativeStatus } = await import("../engine/native/status.js");
  const { loads } = await nativeStatus();
  return loads ? undefined : "TensorFlow, which trains faster, is not set up: npm run engine -- build";
}

async function jupyterLine(): Promise<string | undefined> {
  const { jupyterStatus } = await import("./python.js");
  const { available } = await jupyterStatus();
  return available ? undefined : "JupyterLab, for the notebooks, is not set up: npm run lab does it";
}
