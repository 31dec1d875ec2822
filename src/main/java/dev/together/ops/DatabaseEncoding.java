package dev.together.ops;

import java.sql.SQLException;
import java.time.Duration;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

import dev.together.log.LogEvent;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.mutiny.sqlclient.Pool;

/** Refuses a database in which not every character can be stored: before it is migrated, and as soon as it is reached. */
@Singleton
class DatabaseEncoding {

    private static final String UTF8 = "UTF8";
    private static final String ASK = "select getdatabaseencoding() as encoding";
    private static final Duration ASKS_AGAIN = Duration.ofSeconds(1);
    private static final Duration ASKS_AGAIN_AT_MOST = Duration.ofSeconds(10);
    private static final int REFUSED = 1;

    private final Pool pool;

    DatabaseEncoding(Pool pool) {
        this.pool = pool;
    }

    void check(@Observes StartupEvent event) {
        pool.query(ASK).execute().map(rows -> rows.iterator().next().getString("encoding"))
                .onFailure().retry().withBackOff(ASKS_AGAIN, ASKS_AGAIN_AT_MOST).indefinitely()
                .subscribe().with(DatabaseEncoding::requireUtf8);
    }

    private static void requireUtf8(String encoding) {
        if (!encoding.equals(UTF8)) {
            LogEvent.error(DatabaseEncoding.class, "start_refused").with("reason", sentence(encoding)).log();
            Quarkus.asyncExit(REFUSED);
        }
    }

    private static String sentence(String encoding) {
        return "The database of together.database.url must be encoded in UTF8 (create database … encoding 'UTF8' template"
                + " template0), not in " + encoding;
    }

    /** The same before the schema is touched; Flyway knows it by its name. */
    public static class BeforeMigration implements Callback {

        @Override
        public boolean supports(Event event, Context context) {
            return event == Event.BEFORE_MIGRATE;
        }

        @Override
        public boolean canHandleInTransaction(Event event, Context context) {
            return true;
        }

        @Override
        public void handle(Event event, Context context) {
            try (var statement = context.getConnection().createStatement(); var rows = statement.executeQuery(ASK)) {
                if (rows.next() && !rows.getString("encoding").equals(UTF8)) {
                    throw new ConfigurationException(sentence(rows.getString("encoding")));
                }
            } catch (SQLException e) {
                throw new IllegalStateException("The encoding of the database is not known", e);
            }
        }

        @Override
        public String getCallbackName() {
            return "encoding";
        }
    }
}
