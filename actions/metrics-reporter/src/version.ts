/** Of what is sent: the release that this source becomes. */
export const version = '1.0.0'
