package dev.together.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The limit: the statement of the send path, run by PostgreSQL's own load generator over as many connections. */
class Pgbench {

    private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");
    private static final Pattern LATENCY = Pattern.compile("latency average = ([0-9.]+) ms");
    private static final String THREADS = "2";

    private final Postgres postgres;
    private final String database;
    private final int connections;
    private final Path script;

    Pgbench(Postgres postgres, String database, World world, int connections, Path folder) throws IOException {
        this.postgres = postgres;
        this.database = database;
        this.connections = connections;
        this.script = Files.writeString(folder.resolve("send.pgbench.sql"), script(world));
    }

    static boolean isThere() {
        try {
            return new ProcessBuilder("pgbench", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Figures measure(int seconds) throws IOException, InterruptedException {
        double before = postgres.cpu().seconds();
        var text = run(seconds);
        double rate = number(RATE, text);
        double cpu = postgres.cpu().seconds() - before;
        return Figures.of("pgbench", connections + " connections").with(Figures.SENDS, rate)
                .with("send_average_ms", number(LATENCY, text))
                .with(Figures.DATABASE_CPU, cpu / (rate * seconds) * 1e6);
    }

    private String run(int seconds) throws IOException, InterruptedException {
        var process = new ProcessBuilder(List.of("pgbench", "-n", "-h", "127.0.0.1", "-p", Integer.toString(postgres.port()),
                "-U", Postgres.USER, "-c", Integer.toString(connections), "-j", THREADS, "-T", Integer.toString(seconds),
                "-D", "ready=0", "-f", script.toString(), database)).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(seconds, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("pgbench failed: " + text);
        }
        return text;
    }

    private static double number(Pattern pattern, String text) {
        var found = pattern.matcher(text);
        if (!found.find()) {
            throw new IllegalStateException("pgbench says: " + text);
        }
        return Double.parseDouble(found.group(1));
    }

    /** Each connection prepares the statement once, as the application's connections do, and then executes it. */
    private static String script(World world) {
        int first = world.first();
        var user = World.personSql(first + " + :talk * " + world.participants() + " + :person");
        return """
                \\set talk random(0, %d)
                \\set person random(0, %d)
                \\set id random(1, 1000000000000000)
                \\if :ready = 0
                prepare send as %s;
                \\set ready 1
                \\endif
                execute send(array[0], array[%s], array[%s], array['user'], array['%s'], array[%s], array[null]::text[],
                    array['together'], array['bench_' || :id], array['{}']);
                """.formatted(world.talks().size() - 1, world.participants() - 1, send(),
                World.conversationSql(first + " + :talk"), user, Message.TEXT, user);
    }

    /** The very text that the application sends; it is nobody's business but the store's, and the benchmark's. */
    private static String send() {
        try {
            var field = Class.forName("dev.together.message.SendStatement").getDeclaredField("SEND");
            field.setAccessible(true);
            return String.valueOf(field.get(null)).strip();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The statement of the send path is not where it was", e);
        }
    }
}
