package dev.together.identity;

import java.util.Locale;

/** What a token's bearer is: a signed-in user, nobody in particular, or another part of the backend. */
public enum Role {

    AUTHENTICATED,
    ANON,
    SERVICE_ROLE;

    /** The role as tokens and keys spell it. */
    public String claim() {
        return name().toLowerCase(Locale.ROOT);
    }
}
