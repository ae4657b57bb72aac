/** What a spreadsheet takes for a formula: these signs at the beginning, but for a signed number and words after it. */
const formula = /^[=@\t\r]|^[+-](?!\d[\d.,]*(e[+-]?\d+)?( ?[%\p{L}\d ]+)?$)/iu;

/**
 * A cell's text as it may go into a CSV file: what a spreadsheet would compute (a class can be called `=HYPERLINK(...)`)
 * gets an apostrophe in front, by which spreadsheets know text.
 */
export const asText = (text: string): string => (formula.test(text) ? `'${text}` : text);
