/**
 * Text from files on its way to a terminal: what a terminal would take as a command (control characters, and those that
 * turn the direction of writing around) is replaced, so that a review cannot do more than be read.
 */

const COMMANDS = /[^\P{Cc}\t\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Tabs and line ends stay; carriage returns go. */
export function printable(text: string): string {
  return text.replace(/\r/g, '').replace(COMMANDS, '\ufffd');
}
