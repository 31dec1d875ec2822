package dev.together.conversation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class GetConversationIT extends GetConversationTest {
}
