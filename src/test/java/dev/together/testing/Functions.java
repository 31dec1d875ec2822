package dev.together.testing;

import java.util.List;

import dev.together.Settings;

/** The functions that there are. */
public class Functions {

    private Functions() {
    }

    /** Their names, as routes and settings spell them. */
    public static List<String> names() {
        return Settings.SERVABLE.stream().filter(name -> !List.of("realtime", "rest").contains(name)).toList();
    }
}
