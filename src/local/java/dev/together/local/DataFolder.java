package dev.together.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where PostgreSQL keeps its data, held by this process alone: a file beside it, with {@code .lock} at its end, is locked
 * until the process ends, however it ends.
 */
class DataFolder implements AutoCloseable {

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

    private final FileChannel lock;

    private DataFolder(FileChannel lock) {
        this.lock = lock;
    }

    /** Takes the folder, with nobody left in it; fails with {@link Held} where another process has it. */
    static DataFolder hold(Path data) throws IOException {
        Files.createDirectories(data.getParent());
        var lock = FileChannel.open(data.resolveSibling(data.getFileName() + ".lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        if (lock.tryLock() == null) {
            lock.close();
            throw new Held(data);
        }
        endLeftOver(data);
        return new DataFolder(lock);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    /** A process that was killed leaves its PostgreSQL behind, which holds on to the data. */
    private static void endLeftOver(Path data) throws IOException {
        var file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return;
        }
        List<String> lines = Files.readAllLines(file);
        var leftOver = ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                .filter(process -> process.info().command().filter(command -> command.endsWith("postgres")).isPresent())
                .filter(process -> isOn(data, process));
        if (leftOver.isPresent() && leftOver.get().destroy()) {
            await(leftOver.get());
        }
        Files.deleteIfExists(file);
    }

    /** As its command line says; where that cannot be seen, the number in the folder must do. */
    private static boolean isOn(Path data, ProcessHandle postgres) {
        var arguments = List.of(postgres.info().arguments().orElse(new String[0]));
        int option = arguments.indexOf("-D");
        return option < 0 || option + 1 == arguments.size() || isSame(arguments.get(option + 1), data);
    }

    private static boolean isSame(String folder, Path data) {
        try {
            return Files.isSameFile(Path.of(folder), data);
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }

    private static void await(ProcessHandle process) throws IOException {
        try {
            process.onExit().get(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("A PostgreSQL that was left behind does not end: process " + process.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Another process has the folder. */
    static class Held extends IOException {

        private static final long serialVersionUID = 1;

        Held(Path data) {
            super("Together already runs on this data: " + data);
        }
    }
}
