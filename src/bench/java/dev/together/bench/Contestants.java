package dev.together.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts what is measured: the packaged application, and the Node servers that do the same job on the same tables. */
class Contestants {

    /** As many as {@code quarkus.datasource.reactive.max-size}, for each of them. */
    static final int DATABASE_CONNECTIONS = 20;

    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final Path PEER = Path.of("src/bench/peer");
    private static final long INSTALLS_WITHIN_SECONDS = 120;

    private final Options options;
    private final Postgres postgres;
    private final Driver driver;
    private final Path folder;

    Contestants(Options options, Postgres postgres, Driver driver, Path folder) {
        this.options = options;
        this.postgres = postgres;
        this.driver = driver;
        this.folder = folder;
    }

    /** The application, with a database of this name, on a port of its own. */
    Contestant together(String name, int offset) throws IOException, SQLException {
        return together(name, offset, command());
    }

    /** Another build of the application. */
    Contestant before(Path jar) throws IOException, SQLException {
        return together("before", 3, List.of(JAVA, "-jar", jar.toAbsolutePath().toString()));
    }

    private Contestant together(String name, int offset, List<String> command) throws IOException, SQLException {
        postgres.create(name);
        int port = options.port() + offset;
        var environment = Map.of(
                "TOGETHER_DATABASE_URL", postgres.url(name),
                "TOGETHER_DATABASE_USERNAME", Postgres.USER,
                "TOGETHER_DATABASE_PASSWORD", Postgres.USER,
                "TOGETHER_JWT_SECRET", Tokens.SECRET,
                "TOGETHER_LIMITS_SENDS_PER_SECOND", "1000000",
                "QUARKUS_HTTP_HOST", "127.0.0.1",
                "QUARKUS_MANAGEMENT_PORT", "0",
                "QUARKUS_HTTP_PORT", Integer.toString(port));
        var server = Server.start(command, environment, port, folder, name);
        return new Contestant(name, name, server, new Wire.Realtime(Tokens.anon()), driver, postgres.cpu());
    }

    /** One Node process, and a cluster on all cores; none where there is no Node. */
    List<Contestant> peers() throws IOException, SQLException, InterruptedException {
        if (!options.peer() || !install()) {
            return List.of();
        }
        int cores = Runtime.getRuntime().availableProcessors();
        return List.of(peer("node", 1, 0, DATABASE_CONNECTIONS), peer("cluster", 2, cores, DATABASE_CONNECTIONS / cores));
    }

    private Contestant peer(String name, int offset, int workers, int connections) throws IOException, SQLException {
        postgres.create(name);
        var environment = new HashMap<String, String>();
        environment.put("NODE_ENV", "production");
        environment.put("PORT", Integer.toString(options.port() + offset));
        environment.put("DATABASE_URL", postgres.url(name).replace("//", "//" + Postgres.USER + "@"));
        environment.put("JWT_SECRET", Tokens.SECRET);
        environment.put("POOL", Integer.toString(connections));
        environment.put("WORKERS", Integer.toString(workers));
        var server = Server.start(List.of("node", "server.js"), environment, options.port() + offset, peerFolder(), name);
        return new Contestant(name, name, server, new Wire.SocketIo(), driver, postgres.cpu());
    }

    private List<String> command() {
        var executable = options.executable();
        if (executable.isPresent()) {
            return List.of(executable.get().toAbsolutePath().toString());
        }
        var command = new ArrayList<>(List.of(JAVA));
        if (options.jfr()) {
            command.add("-XX:StartFlightRecording=filename=together.jfr,settings=profile,dumponexit=true");
        }
        command.addAll(List.of("-jar", JAR.toAbsolutePath().toString()));
        return command;
    }

    private boolean install() throws IOException, InterruptedException {
        if (Machine.output("npm", "--version").equals("absent")) {
            System.out.println("There is no npm here: the comparison with Node is left out.");
            return false;
        }
        Files.createDirectories(peerFolder());
        try (var files = Files.list(PEER)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, peerFolder().resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        var npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
                .directory(peerFolder().toFile())
                .inheritIO().start();
        if (!npm.waitFor(INSTALLS_WITHIN_SECONDS, TimeUnit.SECONDS) || npm.exitValue() != 0) {
            npm.destroy();
            throw new IOException("npm ci failed");
        }
        return true;
    }

    private Path peerFolder() {
        return folder.resolve("peer");
    }
}
