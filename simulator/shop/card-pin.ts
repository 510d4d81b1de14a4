/** Default PIN of the cards. */
export const cardPin = '4711';
