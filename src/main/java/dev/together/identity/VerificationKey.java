package dev.together.identity;

import java.security.Key;

/**
 * A key that a token may have been signed with.
 *
 * @param isPublished whether it is of the issuer's public keys, and not a secret that is shared with it
 */
record VerificationKey(Key key, boolean isPublished) {
}
