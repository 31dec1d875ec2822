package dev.together;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against what was packaged: the JVM's or, with {@code -Dnative}, the native executable. */
@QuarkusIntegrationTest
class ToldIT extends ToldTest {
}
