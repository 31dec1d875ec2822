package dev.together.realtime;

/**
 * The life of a {@link Subscription}: what arrives for it is buffered in every state but {@link #LIVE}, where it is sent, and
 * {@link #CLOSED}, where it is dropped.
 */
enum SubscriptionState {

    /** Its join is not answered yet. */
    JOINING,
    /** What was missed and what is buffered is being sent, as fast as the client reads. */
    REPLAYING,
    /** What arrives is sent at once. */
    LIVE,
    /** Its token has expired, and may be renewed. */
    PAUSED,
    /** It has been left, or its client was too slow; the end. */
    CLOSED;

    /** The join was answered. */
    SubscriptionState accept() {
        return this == JOINING ? REPLAYING : this;
    }

    /** Nothing is left of what was missed and buffered. */
    SubscriptionState catchUp() {
        return this == REPLAYING ? LIVE : this;
    }

    /** The token has expired. */
    SubscriptionState pause() {
        return this == REPLAYING || this == LIVE ? PAUSED : this;
    }

    /** There is a new token. */
    SubscriptionState renew() {
        return this == PAUSED ? REPLAYING : this;
    }
}
