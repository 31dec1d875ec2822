package dev.together.broker;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.jboss.logmanager.ExtLogRecord;

/** What a class writes into the log: events and their fields. */
class Published extends Handler implements AutoCloseable {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger;

    private Published(Logger logger) {
        this.logger = logger;
        logger.addHandler(this);
    }

    static Published by(Class<?> source) {
        return new Published(Logger.getLogger(source.getName()));
    }

    String text() {
        return String.join("\n", lines);
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(line.getMessage() + " " + ExtLogRecord.wrap(line).getMdcCopy());
    }

    @Override
    public void flush() {
        // Nothing waits.
    }

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
