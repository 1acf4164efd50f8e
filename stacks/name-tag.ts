/** The tag Name of what has a name of the user's own making. */

/**
 * The name, in what AWS takes for the value of a tag: `/S&P` -> `/S-P`. Paths and log groups may hold more ("Tagging your AWS
 * resources" of the AWS General Reference: letters, digits, spaces and _ . : / = + - @, 256 characters).
 */
export function nameTag(name: string): string {
  return name.replaceAll(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '-').slice(0, 256);
}
