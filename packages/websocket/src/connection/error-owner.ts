/**
 * Where errors of the user's functions go when nobody else hears them. The function that is told may itself fail: then
 * both are printed, because there is nobody left to tell, and the process goes on.
 */

/** Makes a function that tells of errors and never throws. @param onError default: console.error */
export function errorOwner(onError: ((error: unknown) => unknown) | undefined): (error: unknown) => void {
  const tell = onError ?? ((error: unknown) => console.error(error));
  return (error) => {
    try {
      const result = tell(error);
      if (result instanceof Promise) result.catch((second: unknown) => console.error(second));
    } catch (second) {
      console.error(second);
      console.error(error);
    }
  };
}
