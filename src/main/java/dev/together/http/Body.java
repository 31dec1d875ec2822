package dev.together.http;

import static dev.together.http.Failure.Code.INVALID;
import static dev.together.http.Failure.Code.UNAVAILABLE;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jboss.resteasy.reactive.server.spi.ServerHttpRequest;

/** The body of one request as it comes, and what is taken for it of the {@link RequestBudget} until its request is done. */
class Body implements ServerHttpRequest.ReadCallback {

    private final int length;
    private final boolean isJson;
    private final RequestBudget budget;
    private final RequestBudget.Wait wait;
    private final Consumer<byte[]> whole;
    private final Consumer<Failure> refused;
    private final List<ByteBuffer> parts = new ArrayList<>(1);
    private int received;
    private long taken;
    private boolean isOver;

    Body(int length, boolean isJson, RequestBudget budget, Runnable cut, Consumer<byte[]> whole,
            Consumer<Failure> refused) {
        this.length = length;
        this.isJson = isJson;
        this.budget = budget;
        this.wait = budget.begin(cut);
        this.whole = whole;
        this.refused = refused;
    }

    @Override
    public synchronized void data(ByteBuffer part) {
        if (isOver) {
            return;
        }
        int size = part.remaining();
        received += size;
        if (!takes(size)) {
            return;
        }
        parts.add(part);
        if (received < length) {
            wait.add(size);
        }
    }

    @Override
    public synchronized void done() {
        wait.end();
        if (isOver) {
            return;
        }
        var body = joined();
        int values = isJson ? JsonWeight.values(body) : 0;
        if (values > JsonWeight.MOST_VALUES) {
            refuse(new Failure(INVALID, "The JSON of the body has more than " + JsonWeight.MOST_VALUES + " values"));
        } else if (takes(JsonWeight.of(body.length, values) - taken)) {
            isOver = true;
            whole.accept(body);
        }
    }

    /** The connection is gone, or the request was answered: nothing more is kept of a body that is not whole. */
    synchronized void end() {
        wait.end();
        if (!isOver) {
            free();
        }
    }

    /** The request is done. */
    synchronized void free() {
        wait.end();
        isOver = true;
        parts.clear();
        budget.free(taken);
        taken = 0;
    }

    private boolean takes(long bytes) {
        if (budget.take(bytes)) {
            taken += bytes;
            return true;
        }
        refuse(new Failure(UNAVAILABLE, "Too much is under way here; try again"));
        return false;
    }

    private void refuse(Failure failure) {
        free();
        refused.accept(failure);
    }

    private byte[] joined() {
        var body = new byte[received];
        int at = 0;
        for (var part : parts) {
            int size = part.remaining();
            part.get(body, at, size);
            at += size;
        }
        parts.clear();
        return body;
    }
}
