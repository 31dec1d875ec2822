package dev.together.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Whether sending stays as fast when something grows; draws a plot of each. */
class Growth {

    private static final int LANES = 16;
    private static final int WARM_UP_SECONDS = 15;
    private static final int CONVERSATIONS = 1_000;

    private final Options options;
    private final Postgres postgres;
    private final Contestant together;
    private final Report report;
    private final Path folder;

    Growth(Options options, Postgres postgres, Contestant together, Report report, Path folder) {
        this.options = options;
        this.postgres = postgres;
        this.together = together;
        this.report = report;
        this.folder = folder;
    }

    void measure() throws IOException, SQLException, InterruptedException {
        var warm = world(Talks.CONVERSATIONS, Talks.PARTICIPANTS);
        report.say(together.measure("warm-up", warm, LANES, load -> load.closed(WARM_UP_SECONDS)));
        history();
        conversations();
        participants();
        connections();
    }

    /** Nobody is online: what grows is the table. */
    private void history() throws IOException, SQLException, InterruptedException {
        var world = world(CONVERSATIONS, Talks.PARTICIPANTS);
        var points = new ArrayList<Plot.Point>();
        postgres.execute(together.database, "truncate messages", "checkpoint");
        points.add(point("0 messages", world));
        postgres.execute(together.database, """
                insert into messages (chat_id, message_number, id, role, text, mode, client_msg_id, created_at)
                select c.id, c.last_message_number + n, gen_random_uuid(), 'user', '%s', 'together', 'old_' || n, now()
                from conversations c, generate_series(1, %d) n where c.id between %s and %s
                """.formatted(Message.TEXT, options.history() / CONVERSATIONS, World.conversationSql("" + world.first()),
                World.conversationSql("" + (world.first() + CONVERSATIONS - 1))), """
                        update conversations c set last_message_number =
                            (select coalesce(max(message_number), 0) from messages where chat_id = c.id)
                        """, "vacuum analyze messages", "vacuum analyze conversations", "checkpoint");
        points.add(point(String.format("%,d messages", options.history()), world));
        postgres.execute(together.database, "truncate messages", "checkpoint");
        Plot.write(folder.resolve("growth-history.svg"), "messages in the table", points);
    }

    /** Nobody is online: what grows is how far the sends are spread. */
    private void conversations() throws IOException, SQLException, InterruptedException {
        var points = new ArrayList<Plot.Point>();
        for (int count : List.of(1, 10, 1_000)) {
            points.add(point(count + " conversations", world(count, Talks.PARTICIPANTS)));
        }
        Plot.write(folder.resolve("growth-conversations.svg"), "conversations", points);
    }

    /** Everybody is online and hears every message before the next is sent. */
    private void participants() throws IOException, SQLException, InterruptedException {
        var points = new ArrayList<Plot.Point>();
        for (int count : List.of(2, 10, 100, 1_000)) {
            var world = world(1_000 / count, count);
            together.online(world);
            var figures = together.measure(count + " participants", world, LANES, load -> load.heard(options.seconds()));
            points.add(new Plot.Point(Integer.toString(count), report.add(figures)));
            together.offline();
        }
        Plot.write(folder.resolve("growth-participants.svg"), "participants, all online", points);
    }

    /** Others are connected and hear nothing of it. */
    private void connections() throws IOException, SQLException, InterruptedException {
        var points = new ArrayList<Plot.Point>();
        for (int count : List.of(100, 1_000, 10_000)) {
            var others = world(count / 100, 100);
            together.online(others);
            points.add(point(count + " connections", world(Talks.CONVERSATIONS, Talks.PARTICIPANTS)));
            together.offline();
        }
        Plot.write(folder.resolve("growth-connections.svg"), "connections", points);
    }

    private Plot.Point point(String size, World world) throws IOException, InterruptedException {
        var figures = together.measure(size, world, LANES, load -> load.closed(options.seconds()));
        return new Plot.Point(size, report.add(figures));
    }

    private World world(int conversations, int participants) throws SQLException {
        return World.in(postgres, together.database, conversations, participants);
    }
}
