// The members of a JSON object, each asked for by name and form; what nobody asked for is refused in the end.
import { fromHex, type Octets, textOf, utf8 } from "./octets.ts";
import { isArray, isObject, type Json, type JsonObject, parseJson } from "./json.ts";
import { refuse } from "./refused.ts";

/** What every statement's payload begins with. */
export interface Header {
  readonly federation: string;
  readonly log: string;
  readonly id: string;
  readonly made: string;
}

const isTime = (text: string): boolean => {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return false;
  const moment = new Date(text);
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === text.replace("Z", ".000Z");
};

export class Members {
  readonly #object: JsonObject;
  readonly #asked = new Set<string>();

  constructor(json: Json) {
    if (!isObject(json)) refuse("it is no JSON object");
    this.#object = json;
  }
  static of(bytes: Octets): Members { return new Members(parseJson(textOf(bytes))); }

  get object(): JsonObject { return this.#object; }

  any(key: string): Json {
    const value = this.#object.get(key);
    if (value === undefined) refuse(`“${key}” is missing`);
    this.#asked.add(key);
    return value;
  }
  text(key: string, atMostBytes = 8000): string {
    const value = this.any(key);
    if (typeof value !== "string" || utf8(value).length > atMostBytes) refuse(`“${key}” is no text, or too long`);
    return value;
  }
  word<W extends string>(key: string, words: readonly W[]): W {
    const value = this.text(key);
    return words.find((word) => word === value) ?? refuse(`“${key}” is none of ${words.join(", ")}`);
  }
  number(key: string, least: number, most: number): number {
    const value = this.any(key);
    if (typeof value !== "bigint" || value < BigInt(least) || value > BigInt(most)) {
      refuse(`“${key}” is no whole number from ${least} to ${most}`);
    }
    return Number(value);
  }
  octets(key: string, size: number): Octets {
    return fromHex(this.text(key), size) ?? refuse(`“${key}” is not ${size} bytes in hexadecimal`);
  }
  hex(key: string, size: number): string {
    this.octets(key, size);
    return this.text(key);
  }
  time(key: string): string {
    const value = this.text(key);
    return isTime(value) ? value : refuse(`“${key}” is no time in UTC to the second`);
  }
  array(key: string, atMost: number): readonly Json[] {
    const value = this.any(key);
    if (!isArray(value) || value.length > atMost) refuse(`“${key}” is no list, or too long`);
    return value;
  }
  texts(key: string, atMost: number): readonly string[] {
    return this.array(key, atMost).map((one) => typeof one === "string" ? one : refuse(`“${key}” has an element that is no text`));
  }
  octetsOfEach(key: string, atMost: number, size: number): readonly Octets[] {
    return this.texts(key, atMost).map((one) => fromHex(one, size) ?? refuse(`“${key}” has an element that is not ${size} bytes in hexadecimal`));
  }
  objects<T>(key: string, atMost: number, read: (members: Members) => T): readonly T[] {
    return this.array(key, atMost).map((one) => Members.whole(one, read));
  }
  part<T>(key: string, read: (members: Members) => T): T { return Members.whole(this.any(key), read); }
  header(): Header {
    return { federation: this.hex("federation", 32), log: this.text("log", 256), id: this.hex("id", 16), made: this.time("made") };
  }

  /** Reads an object of which nothing may be left over. */
  static whole<T>(json: Json, read: (members: Members) => T): T {
    const members = new Members(json);
    const value = read(members);
    members.finish();
    return value;
  }
  finish(): void {
    for (const key of this.#object.keys()) if (!this.#asked.has(key)) refuse(`nobody knows the member “${key}”`);
  }
}
