/** What can keep a project from being made. Knows no files and no processes. */

/** The codes of {@link CreateError}. */
export type CreateErrorCode =
  | 'ERR_OXBOW_CREATE_USAGE'
  | 'ERR_OXBOW_CREATE_UNKNOWN_TEMPLATE'
  | 'ERR_OXBOW_CREATE_FOLDER_NOT_EMPTY'
  | 'ERR_OXBOW_CREATE_NO_FOLDER'
  | 'ERR_OXBOW_CREATE_INSTALL';

/**
 * Raised when a project cannot be made as it was asked for. The message says what to do; nothing is left of the attempt,
 * but after `ERR_OXBOW_CREATE_INSTALL`, when the project is there and only its dependencies are not.
 */
export class CreateError extends Error {
  override readonly name = 'CreateError';
  readonly code: CreateErrorCode;

  constructor(code: CreateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
