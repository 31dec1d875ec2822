package dev.together.log;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One line of the log: the event's name and its fields. The fields travel with the record, not with the thread, since
 * reactive code changes threads. A line that nobody will read costs nothing.
 */
public class LogEvent {

    /** To look one up by name costs more than everything else about a line that nobody will read. */
    private static final ClassValue<Logger> LOGGERS = new ClassValue<>() {

        @Override
        protected Logger computeValue(Class<?> source) {
            return Logger.getLogger(source.getName());
        }
    };

    private final Logger logger;
    private final java.util.logging.Level level;
    private final String name;
    private final @Nullable Map<String, String> fields;

    private LogEvent(Class<?> source, java.util.logging.Level level, String name) {
        this.logger = LOGGERS.get(source);
        this.level = level;
        this.name = name;
        this.fields = logger.isLoggable(level) ? new LinkedHashMap<>() : null;
    }

    public static LogEvent debug(Class<?> source, String name) {
        return new LogEvent(source, Level.DEBUG, name);
    }

    public static LogEvent info(Class<?> source, String name) {
        return new LogEvent(source, Level.INFO, name);
    }

    public static LogEvent warn(Class<?> source, String name) {
        return new LogEvent(source, Level.WARN, name);
    }

    public static LogEvent error(Class<?> source, String name) {
        return new LogEvent(source, Level.ERROR, name);
    }

    /** Adds a fact; never a token, never what somebody wrote. */
    public LogEvent with(String field, @Nullable Object value) {
        if (fields != null) {
            fields.put(field, String.valueOf(value));
        }
        return this;
    }

    /** Adds why something failed: the kind of failure and its message. */
    public LogEvent with(Throwable failure) {
        return with("error", failure);
    }

    /** Adds why something failed where its message could hold what somebody wrote: the kinds of failure and their places. */
    public LogEvent withoutMessage(Throwable failure) {
        if (fields == null) {
            return this;
        }
        return with("error", SafeStackTrace.kind(failure)).with("stack", SafeStackTrace.stack(failure));
    }

    /** Writes the line. */
    public void log() {
        if (fields == null) {
            return;
        }
        var line = new ExtLogRecord(level, name, LogEvent.class.getName());
        line.setLoggerName(logger.getName());
        line.setMdc(fields);
        logger.logRaw(line);
    }
}
