package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Something that the upstream server's own tests check: a row of {@code src/docs/protocol.md} and the script that tries it
 * here.
 *
 * @param id such as {@code J1}
 * @param upstream what upstream does
 * @param here {@code same}, or what happens here and why
 * @param script what is sent and expected, a line each; empty for a row of the document
 */
public record Behaviour(String id, String upstream, String here, List<String> script) {

    private static final Path DOCUMENT = Path.of("src/docs/protocol.md");
    private static final Path SCRIPTS = Path.of("src/test/upstream");
    private static final Pattern ROW = Pattern.compile("^\\| ([A-Z]\\d+) \\| (.*?) \\| (.*?) \\|$");
    private static final Pattern HEAD = Pattern.compile("^## ([A-Z]\\d+) \\| (.*?) \\| (.*?)$");

    /** The rows of the document. */
    public static List<Behaviour> rows() {
        return lines(DOCUMENT).stream().map(ROW::matcher).filter(java.util.regex.Matcher::matches)
                .map(row -> new Behaviour(row.group(1), row.group(2), row.group(3), List.of())).toList();
    }

    /** The same with their scripts, in the order of the scripts. */
    public static List<Behaviour> scripts() {
        try (var files = Files.list(SCRIPTS)) {
            return files.sorted().flatMap(file -> scripts(file)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without what tries it: as in the document. */
    public Behaviour row() {
        return new Behaviour(id, upstream, here, List.of());
    }

    @Override
    public String toString() {
        return id + " " + upstream;
    }

    private static Stream<Behaviour> scripts(Path file) {
        var found = new ArrayList<Behaviour>();
        for (var line : lines(file)) {
            var head = HEAD.matcher(line);
            if (head.matches()) {
                found.add(new Behaviour(head.group(1), head.group(2), head.group(3), new ArrayList<>()));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                found.get(found.size() - 1).script().add(line);
            }
        }
        return found.stream();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
