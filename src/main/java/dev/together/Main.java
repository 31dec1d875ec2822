package dev.together;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Where a process begins. */
@QuarkusMain
public class Main {

    private Main() {
    }

    /** Serves until it is asked to end (SIGTERM). */
    public static void main(String... arguments) {
        // The log asks for it eight times while it is set up; each time it would be looked for among all services.
        System.setProperty("jakarta.json.provider", "org.eclipse.parsson.JsonProviderImpl");
        Quarkus.run(arguments);
    }
}
