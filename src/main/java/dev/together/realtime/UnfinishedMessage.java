package dev.together.realtime;

import java.util.function.Consumer;

import dev.together.http.RequestBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** What has come of one message of a client that is not whole yet, and what it takes of the {@link RequestBudget} meanwhile. */
class UnfinishedMessage {

    private final RequestBudget budget;
    private final RequestBudget.Wait wait;
    private final ByteBuf bytes;
    private int taken;
    private boolean isOver;

    /** @param cut is run, on any thread, where others need the memory more */
    UnfinishedMessage(ByteBufAllocator memory, RequestBudget budget, Consumer<UnfinishedMessage> cut) {
        this.budget = budget;
        this.wait = budget.begin(() -> cut.accept(this));
        this.bytes = memory.buffer(0);
    }

    /** Keeps so many bytes more; says whether there was memory for them. */
    boolean add(ByteBuf content, int length) {
        int needed = bytes.writerIndex() + length;
        if (isOver || needed > taken && !takes(bytes.alloc().calculateNewCapacity(needed, Integer.MAX_VALUE))) {
            return false;
        }
        bytes.writeBytes(content, content.readerIndex(), length);
        return true;
    }

    /** What is there so far; not to be kept. */
    ByteBuf bytes() {
        return bytes;
    }

    /** Keeps so much of its begin at most. */
    void shorten(int most) {
        int less = taken - most;
        if (less > 0) {
            bytes.capacity(most);
            taken = most;
            budget.free(less);
            wait.add(-less);
        }
    }

    /** It is whole, or nobody wants it any more: gives what there is, to be released. */
    ByteBuf end() {
        isOver = true;
        wait.end();
        budget.free(taken);
        taken = 0;
        return bytes;
    }

    /** It may be ended in this, where it has waited the longest of all. */
    private boolean takes(int capacity) {
        int more = capacity - taken;
        if (!budget.take(more)) {
            return false;
        }
        taken = capacity;
        wait.add(more);
        if (!isOver) {
            bytes.capacity(capacity);
        }
        return !isOver;
    }
}
