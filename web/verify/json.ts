// JSON as Candour reads and writes it: no key twice, whole numbers of 64 bits with sign alone, nothing after the
// value, at most 64 levels. JSON.parse keeps the last of two equal keys in silence, and rounds large numbers.
import { refuse } from "./refused.ts";

export type Json = null | boolean | bigint | string | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;
export const isObject = (json: Json | undefined): json is JsonObject => json instanceof Map;
export const isArray = (json: Json | undefined): json is readonly Json[] => Array.isArray(json);

const levelsAtMost = 64;
const escapes: Readonly<Record<string, string>> = {
  '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t",
};

class Parser {
  readonly #text: string;
  #at = 0;
  constructor(text: string) { this.#text = text; }

  document(): Json {
    const value = this.#value(0);
    this.#space();
    if (this.#at !== this.#text.length) refuse("something stands after the end of the JSON");
    return value;
  }

  #space(): void {
    while (/[ \t\n\r]/.test(this.#text.charAt(this.#at))) this.#at += 1;
  }
  #takes(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #value(level: number): Json {
    this.#space();
    const isContainer = /[[{]/.test(this.#text.charAt(this.#at));
    if (isContainer && level === levelsAtMost) refuse("the JSON is nested too deep");
    if (this.#takes("{")) return this.#object(level);
    if (this.#takes("[")) return this.#array(level);
    if (this.#takes('"')) return this.#string();
    if (this.#takes("true")) return true;
    if (this.#takes("false")) return false;
    if (this.#takes("null")) return null;
    return this.#number();
  }

  #object(level: number): JsonObject {
    const members = new Map<string, Json>();
    this.#space();
    if (this.#takes("}")) return members;
    do {
      this.#space();
      if (!this.#takes('"')) refuse("it is no JSON");
      const key = this.#string();
      if (members.has(key)) refuse(`the key “${key}” stands twice in one JSON object`);
      this.#space();
      if (!this.#takes(":")) refuse("it is no JSON");
      members.set(key, this.#value(level + 1));
      this.#space();
    } while (this.#takes(","));
    if (!this.#takes("}")) refuse("it is no JSON");
    return members;
  }

  #array(level: number): readonly Json[] {
    const elements: Json[] = [];
    this.#space();
    if (this.#takes("]")) return elements;
    do {
      elements.push(this.#value(level + 1));
      this.#space();
    } while (this.#takes(","));
    if (!this.#takes("]")) refuse("it is no JSON");
    return elements;
  }

  #string(): string {
    let value = "";
    for (;;) {
      const end = this.#text.slice(this.#at).search(/["\\\u0000-\u001f]/);
      if (end < 0) refuse("it is no JSON");
      value += this.#text.slice(this.#at, this.#at + end);
      this.#at += end;
      if (this.#takes('"')) break;
      if (!this.#takes("\\")) refuse("it is no JSON");
      value += this.#escape();
    }
    if (/\p{Surrogate}/u.test(value)) refuse("a text in the JSON is half a character");
    return value;
  }

  #escape(): string {
    const letter = this.#text.charAt(this.#at);
    this.#at += 1;
    if (letter === "u") {
      const digits = this.#text.slice(this.#at, this.#at + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) refuse("it is no JSON");
      this.#at += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    return escapes[letter] ?? refuse("it is no JSON");
  }

  #number(): bigint {
    const written = /^-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/.exec(this.#text.slice(this.#at, this.#at + 400));
    if (written === null) refuse("it is no JSON");
    if (written[1] !== undefined || written[2] !== undefined) refuse("a number in the JSON is no whole number");
    this.#at += written[0].length;
    const number = BigInt(written[0]);
    if (BigInt.asIntN(64, number) !== number) refuse("a number in the JSON is too large");
    return number;
  }
}

export const parseJson = (text: string): Json => new Parser(text).document();

/** A text as Candour writes it: two control characters that JSON.stringify gives a letter have four digits. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(/\\(?:u....|.)/g, (escape) =>
    escape === "\\b" ? "\\u0008" : escape === "\\f" ? "\\u000c" : escape);

/** Candour's one line for a value: members in their order, no space. */
export function jsonLine(json: Json): string {
  if (typeof json === "string") return quoted(json);
  if (isArray(json)) return `[${json.map(jsonLine).join(",")}]`;
  if (isObject(json)) return `{${[...json].map(([key, value]) => `${quoted(key)}:${jsonLine(value)}`).join(",")}}`;
  return String(json);
}
