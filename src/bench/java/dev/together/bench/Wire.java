package dev.together.bench;

import org.jspecify.annotations.Nullable;

import io.vertx.core.http.WebSocket;

/** How a client speaks to a server's websocket. */
sealed interface Wire {

    /** Where the socket is opened. */
    String path();

    /** What is written as soon as it is open; null where the server speaks first. */
    @Nullable
    String hello(Person person);

    /** Answers what is no message; says whether from now on messages come. */
    boolean isJoined(String frame, WebSocket socket, Person person);

    /** What keeps the connection open; null where the server asks. */
    @Nullable
    String heartbeat();

    /** Supabase Realtime, vsn 2.0.0. */
    record Realtime(String apiKey) implements Wire {

        @Override
        public String path() {
            return "/realtime/v1/websocket?apikey=" + apiKey + "&vsn=2.0.0";
        }

        @Override
        public String hello(Person person) {
            return """
                    ["6","6","realtime:user-realtime:%s","phx_join",{"config":{"broadcast":{"ack":false,"self":false},\
                    "presence":{"key":"","enabled":false},"postgres_changes":[],"private":false},"access_token":"%s"}]"""
                    .formatted(person.id(), person.token());
        }

        @Override
        public boolean isJoined(String frame, WebSocket socket, Person person) {
            return frame.startsWith("[\"6\",\"6\",") && frame.contains("\"status\":\"ok\"");
        }

        @Override
        public String heartbeat() {
            return "[null,\"7\",\"phoenix\",\"heartbeat\",{}]";
        }
    }

    /** Socket.IO 4 over Engine.IO 4, websocket only. */
    record SocketIo() implements Wire {

        @Override
        public String path() {
            return "/socket.io/?EIO=4&transport=websocket";
        }

        @Override
        public @Nullable String hello(Person person) {
            return null;
        }

        @Override
        public boolean isJoined(String frame, WebSocket socket, Person person) {
            if (frame.startsWith("0")) {
                socket.writeTextMessage("40{\"token\":\"" + person.token() + "\"}");
            } else if (frame.equals("2")) {
                socket.writeTextMessage("3");
            }
            return frame.startsWith("40");
        }

        @Override
        public @Nullable String heartbeat() {
            return null;
        }
    }
}
