/** `s3://bucket/prefix`, the data repository of an association. */

export interface DataRepository {
  readonly bucket: string;
  /** Without slashes at either end; '' for the whole bucket. */
  readonly prefix: string;
}

/** Undefined where the text is no S3 URI. Bucket and prefix are not checked further. */
export function parseDataRepository(uri: string): DataRepository | undefined {
  const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri);
  if (match?.[1] === undefined) return undefined;
  return { bucket: match[1], prefix: (match[2] ?? '').replace(/^\/+|\/+$/g, '') };
}
