package dev.together.message;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class ChatHistoryIT extends ChatHistoryTest {
}
