package dev.together.conversation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import org.hibernate.reactive.mutiny.Mutiny.Session;

import io.smallrye.mutiny.Uni;

/** How far people have read conversations; counted by numbers, so that no messages are read for it but the newest. */
@Singleton
class UnreadStore {

    private static final String LISTED = """
            select c.id, c.last_message_number, coalesce(r.message_number, 0) as last_read_number,
                case when m.user_id = ?1 then 0
                    else greatest(0, c.last_message_number - coalesce(r.message_number, 0)) end as unread_count,
                cast(case when m.id is not null then json_strip_nulls(json_build_object(
                    'edited_at', to_char(m.edited_at at time zone 'UTC', %1$s),
                    'deleted_at', to_char(m.deleted_at at time zone 'UTC', %1$s)))::jsonb || jsonb_build_object(
                    'id', m.id, 'chat_id', m.chat_id, 'message_number', m.message_number, 'role', m.role,
                    'text', left(m.text, 1000), 'user_id', m.user_id, 'user_name', m.user_name,
                    'client_msg_id', m.client_msg_id, 'status', m.status, 'mode', m.mode, 'meta', m.meta,
                    'context_injected', m.context_injected,
                    'created_at', to_char(m.created_at at time zone 'UTC', %1$s)) end as text) as last_message
            from unnest(cast(cast(?2 as text) as uuid[])) as wanted (id) join conversations c on c.id = wanted.id
            left join read_marks r on r.conversation_id = c.id and r.user_id = ?1
            left join messages m on m.chat_id = c.id and m.message_number = c.last_message_number
            """.formatted("'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'");

    private static final String START = """
            insert into read_marks as r (conversation_id, user_id, message_number, id, created_at)
            values (?1, ?2, ?3, gen_random_uuid(), to_timestamp(0))
            on conflict (conversation_id, user_id) do update set message_number = excluded.message_number
            where r.message_number < excluded.message_number
            """;

    /** The conversations as this user sees them in a list. */
    Uni<List<ListedConversation>> listed(Session session, UUID user, List<Conversation> conversations) {
        if (conversations.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        var ids = conversations.stream().map(conversation -> conversation.id.toString())
                .collect(Collectors.joining(",", "{", "}"));
        return session.createNativeQuery(LISTED, Object[].class).setParameter(1, user).setParameter(2, ids).getResultList()
                .map(rows -> listed(conversations, rows));
    }

    /** Who joins has not missed what was said before; a mark that nobody made is sent to nobody. */
    Uni<Void> start(Session session, Conversation conversation, UUID user) {
        return session.createNativeQuery(START).setParameter(1, conversation.id).setParameter(2, user)
                .setParameter(3, conversation.lastMessageNumber).executeUpdate().replaceWithVoid();
    }

    /** In the order of the conversations; one that was deleted meanwhile is left out. */
    private static List<ListedConversation> listed(List<Conversation> conversations, List<Object[]> rows) {
        Map<Object, Object[]> byId = new HashMap<>();
        rows.forEach(row -> byId.put(row[0], row));
        var listed = new ArrayList<ListedConversation>(rows.size());
        for (var conversation : conversations) {
            var row = byId.get(conversation.id);
            if (row != null) {
                listed.add(new ListedConversation(conversation, (String) row[4], number(row[1]), number(row[2]),
                        number(row[3])));
            }
        }
        return listed;
    }

    private static long number(Object column) {
        return ((Number) column).longValue();
    }
}
