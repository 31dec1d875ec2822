package dev.together.chaos;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/** What the database holds when everything is over: events in their order, and who was in which conversation when. */
class DatabaseState {

    final Map<String, List<Message>> messages = new HashMap<>();
    final Map<String, List<Update>> updates = new HashMap<>();
    final Map<String, Told> events = new HashMap<>();
    final int left;

    /** Something that a participant is told. */
    sealed interface Told {

        String id();

        String chat();

        long number();

        Instant at();
    }

    record Message(String id, String chat, long number, Instant at, @Nullable String clientMsgId) implements Told {
    }

    /** @param recipient the one it is for; null for everybody else in the conversation */
    record Update(String id, String chat, long number, Instant at, String type, @Nullable UUID recipient) implements Told {
    }

    DatabaseState(Connection connection) throws SQLException {
        read(connection, "select id, chat_id, message_number, created_at, client_msg_id from messages "
                + "order by chat_id, message_number",
                row -> add(messages, new Message(row.getString(1), row.getString(2),
                        row.getLong(3), at(row), row.getString(5))));
        read(connection, "select id, conversation_id, revision, created_at, event_type, recipient from conversation_updates "
                + "order by conversation_id, revision",
                row -> add(updates, new Update(row.getString(1), row.getString(2),
                        row.getLong(3), at(row), row.getString(5), row.getObject(6, UUID.class))));
        var entries = new ArrayList<Integer>();
        read(connection, "select 1 from outbox", row -> entries.add(1));
        left = entries.size();
    }

    /** Whether the event is for this user: who was in the conversation when it was committed. */
    boolean concerns(UUID user, Told event) {
        if (event instanceof Update update) {
            return update.recipient() == null ? isIn(user, event) && !hasOwn(user, update) : user.equals(update.recipient());
        }
        return isIn(user, event);
    }

    /** When the user left the conversation, first after this event. */
    Optional<Instant> leftAfter(UUID user, Told event) {
        return own(event.chat(), user, "DELETE").filter(update -> !update.at().isBefore(event.at())).map(Update::at)
                .findFirst();
    }

    private boolean isIn(UUID user, Told event) {
        boolean isIn = false;
        for (var update : updates.getOrDefault(event.chat(), List.of())) {
            if (update.at().isAfter(event.at())) {
                break;
            }
            if (user.equals(update.recipient())) {
                isIn = update.type().equals("INSERT");
            }
        }
        return isIn;
    }

    private boolean hasOwn(UUID user, Update update) {
        return updates.getOrDefault(update.chat(), List.of()).stream()
                .anyMatch(other -> other.number() == update.number() && user.equals(other.recipient()));
    }

    private java.util.stream.Stream<Update> own(String chat, UUID user, String type) {
        return updates.getOrDefault(chat, List.of()).stream()
                .filter(update -> user.equals(update.recipient()) && update.type().equals(type));
    }

    private <T extends Told> void add(Map<String, List<T>> lists, T event) {
        lists.computeIfAbsent(event.chat(), chat -> new ArrayList<>()).add(event);
        events.put(event.id(), event);
    }

    private static Instant at(ResultSet row) throws SQLException {
        return row.getObject(4, OffsetDateTime.class).toInstant();
    }

    private interface Reading {

        void of(ResultSet row) throws SQLException;
    }

    private static void read(Connection connection, String sql, Reading reading) throws SQLException {
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reading.of(rows);
            }
        }
    }
}
