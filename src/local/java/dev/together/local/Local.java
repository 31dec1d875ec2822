package dev.together.local;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts PostgreSQL, then Together on it. */
@QuarkusMain(name = "local")
public class Local {

    private static final int SECRET_BYTES = 32;

    private Local() {
    }

    public static void main(String... arguments) throws IOException {
        setUnlessGiven("together.jwt.secret", "TOGETHER_JWT_SECRET", randomSecret());
        setUnlessGiven("together.database.migrate", "TOGETHER_DATABASE_MIGRATE", "true");
        if (System.getenv("TOGETHER_DATABASE_URL") != null) {
            Quarkus.run(arguments);
            return;
        }
        try (var database = LocalDatabase.start()) {
            System.setProperty("together.database.url", database.url());
            System.setProperty("together.database.username", LocalDatabase.USER);
            System.setProperty("together.database.password", LocalDatabase.USER);
            Quarkus.run(arguments);
        } catch (DataFolder.Held e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static void setUnlessGiven(String property, String variable, String value) {
        if (System.getenv(variable) == null && System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static String randomSecret() {
        var bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
