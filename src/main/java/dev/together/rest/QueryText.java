package dev.together.rest;

import org.jspecify.annotations.Nullable;

/** Reads a part of a query from left to right. */
class QueryText {

    private final String what;
    private final String text;
    private int at;

    QueryText(String what, String text) {
        this.what = what;
        this.text = text;
    }

    boolean isAtEnd() {
        return at == text.length();
    }

    /** Whether these characters come next; then they are passed. */
    boolean takes(String expected) {
        if (!text.startsWith(expected, at)) {
            return false;
        }
        at += expected.length();
        return true;
    }

    void require(String expected) {
        if (!takes(expected)) {
            throw refused("expecting \"" + expected + "\"" + found());
        }
    }

    void requireEnd() {
        if (!isAtEnd()) {
            throw refused("expecting end of input" + found());
        }
    }

    /** The characters up to one of these, or to the end. */
    String upTo(String ends) {
        int from = at;
        while (!isAtEnd() && ends.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(from, at);
    }

    /** A name; where it begins with a quote it goes on to the next one. */
    String name(String ends) {
        var name = isQuoted() ? quotedOrNothing() : upTo(ends);
        if (name == null || name.isEmpty()) {
            throw refused("expecting a name" + found());
        }
        return name;
    }

    private boolean isQuoted() {
        return text.startsWith("\"", at);
    }

    /** What stands in quotes, where a backslash makes what follows it a part of it. */
    private @Nullable String quotedOrNothing() {
        require("\"");
        var value = new StringBuilder();
        while (!takes("\"")) {
            if (text.startsWith("\\", at) && at + 1 < text.length()) {
                at++;
            }
            if (isAtEnd()) {
                return null;
            }
            value.append(text.charAt(at++));
        }
        return value.toString();
    }

    /** An element of a list: in quotes, or up to a comma or bracket where the quotes do not go around the whole of it. */
    String element() {
        int from = at;
        if (isQuoted()) {
            var value = quotedOrNothing();
            if (value != null && (isAtEnd() || ",)".indexOf(text.charAt(at)) >= 0)) {
                return value;
            }
            at = from;
        }
        return upTo(",)");
    }

    String rest() {
        var rest = text.substring(at);
        at = text.length();
        return rest;
    }

    RuntimeException refused(String why) {
        return RestRefusal.unparsed(what, text, why);
    }

    private String found() {
        return isAtEnd() ? ", unexpected end of input" : ", unexpected \"" + text.charAt(at) + "\"";
    }
}
