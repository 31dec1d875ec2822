package dev.together.realtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.inject.Singleton;

import io.netty.channel.Channel;

/**
 * What has come of websocket messages that are not whole yet, over the whole process. Past an eighth of the memory the
 * connection ends whose message has waited longest: who sends in earnest soon has.
 */
@Singleton
class UnfinishedMessages {

    private static final int PART_OF_MEMORY = 8;

    private final long most;
    private final Map<Channel, Long> waiting = new LinkedHashMap<>();
    private long bytes;

    UnfinishedMessages() {
        this(Runtime.getRuntime().maxMemory() / PART_OF_MEMORY);
    }

    UnfinishedMessages(long most) {
        this.most = most;
    }

    /** So much is there of a connection's message; 0 where none is under way. */
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits until they are closed
    void set(Channel connection, long size) {
        take(connection, size).forEach(Channel::close);
    }

    private synchronized List<Channel> take(Channel connection, long size) {
        var before = size == 0 ? waiting.remove(connection) : waiting.put(connection, size);
        bytes += size - (before == null ? 0 : before);
        var oldest = new ArrayList<Channel>(0);
        var all = waiting.entrySet().iterator();
        while (bytes > most && all.hasNext()) {
            var next = all.next();
            all.remove();
            bytes -= next.getValue();
            oldest.add(next.getKey());
        }
        return oldest;
    }
}
