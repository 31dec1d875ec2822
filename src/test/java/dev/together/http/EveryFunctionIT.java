package dev.together.http;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class EveryFunctionIT extends EveryFunctionTest {
}
