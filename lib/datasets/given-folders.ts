/** Folders of datasets, by name, where none is named with them: a page has those that its reader gave it. */
export const givenFolders = new Map<string, string>();
