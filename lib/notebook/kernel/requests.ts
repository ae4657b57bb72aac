import { z } from "zod";

const code = z.string();
/** In code points. */
const position = z.number().int().nonnegative();

/** Content of the requests that a kernel answers; messages of any other type are ignored, as the protocol asks. */
const requests = {
  kernel_info_request: z.object({}),
  execute_request: z.object({
    code,
    silent: z.boolean().default(false),
    stop_on_error: z.boolean().default(true),
  }),
  is_complete_request: z.object({ code }),
  inspect_request: z.object({ code, cursor_pos: position }),
  complete_request: z.object({ code, cursor_pos: position }),
  comm_info_request: z.object({}),
  /** Whoever can sign it may end the kernel, whatever else it says. */
  shutdown_request: z.object({ restart: z.boolean().catch(false) }).catch({ restart: false }),
};

export type RequestType = keyof typeof requests;
export type Content<Type extends RequestType> = z.infer<(typeof requests)[Type]>;

export const isRequest = (type: string): type is RequestType => Object.hasOwn(requests, type);

export const replyType = (type: RequestType): string => type.replace("_request", "_reply");

/** What is wrong with a request's content; undefined where nothing is. */
export function faultOf(type: RequestType, content: unknown): string | undefined {
  const { error } = requests[type].safeParse(content);
  return error && `A ${type} without sound content: ${z.prettifyError(error).replaceAll("\n", " ")}`;
}

/** A request's content with its defaults; it has to be sound. */
export const readContent = <Type extends RequestType>(type: Type, content: unknown): Content<Type> =>
  requests[type].parse(content) as Content<Type>;
