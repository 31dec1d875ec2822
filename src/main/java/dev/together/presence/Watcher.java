package dev.together.presence;

/** One connection that sees who is here; it must not block. */
public interface Watcher {

    /** Whether it takes something now; who does not gets the whole state when it does again. */
    boolean isReady();

    /** All who are here, as JSON: {@code {"<key>":{"metas":[{"phx_ref":…}]}}}. */
    void state(String json);

    /** Who came and who went since then, as JSON: {@code {"joins":{…},"leaves":{…}}}. */
    void diff(String json);
}
