import jwt from 'jsonwebtoken'

const secret = process.env.JWT_SECRET

/** The user id in a token; throws for a token that is not valid. */
export function userOf(token) {
  return jwt.verify(token, secret, { algorithms: ['HS256'] }).sub
}
