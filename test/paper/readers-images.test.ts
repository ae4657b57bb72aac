import { describe, expect, it } from "vitest";
import { imageFolderOf } from "../../lib/paper/cells/readers-images.js";

const given = (...paths: string[]) => paths.map((path) => ({ path, file: new Blob() }));
const five = (folder: string) => given(...[1, 2, 3, 4, 5].map((n) => `${folder}/${n}.png`));
const pathsOf = ({ files }: ReturnType<typeof imageFolderOf>) => files.map(({ path }) => path).sort();

describe("a reader's files as an image folder", () => {
  it("classes without splits: every fifth image is for testing, and the folder's name is the dataset's", () => {
    const folder = imageFolderOf([
      ...five("/My Pets/dog"),
      ...five("/My Pets/cat"),
      ...given("/My Pets/cat/._1.png"),
    ]);
    expect(folder.name).toBe("my-pets");
    expect(pathsOf(folder)).toEqual([
      ...["test/cat/5.png", "test/dog/5.png"],
      ...["cat", "dog"].flatMap((name) => [1, 2, 3, 4].map((n) => `train/${name}/${n}.png`)),
    ]);
  });

  it("classes dropped side by side are called mine, for a dataset of the built-in name would be that one", () => {
    expect(imageFolderOf([...five("a"), ...five("b")]).name).toBe("mine");
    expect(imageFolderOf([...five("synthetic/a"), ...five("synthetic/b")]).name).toBe("mine");
  });

  it("splits stay as they are, with the files that say what classes are called", () => {
    const folder = imageFolderOf(given("x/train/a/1.png", "x/val/a/1.png", "x/words.txt"));
    expect(pathsOf(folder)).toEqual(["train/a/1.png", "val/a/1.png", "words.txt"]);
  });

  it.each([
    ["no images", given("x/readme.txt"), /no images among these 1 files/],
    ["nothing", [], /no images among these 0 files/],
    ["images in no folders", given("x/1.png", "x/2.png"), /lie in no folders of classes/],
    ["one class", five("x/a"), /one class alone, "a": two at least/],
    ["too few of a class", [...five("x/a"), ...given("x/b/1.png")], /class "b" has 1 image, at least 5/],
  ])("%s: says what is wrong", (_name, files, message) => {
    expect(() => imageFolderOf(files)).toThrow(message);
  });
});
