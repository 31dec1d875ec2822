package dev.together.message;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class ChatSendIT extends ChatSendTest {
}
