/**
 * Measures the packaged application from outside: it, PostgreSQL and what it is compared with are processes of their own.
 *
 * <p>
 * {@link dev.together.bench.Benchmark} starts them, {@link dev.together.bench.Load} drives them, and
 * {@link dev.together.bench.Report} says what came out. A lane sends, a receiver hears, and a tally counts both.
 */
@NullMarked
package dev.together.bench;

import org.jspecify.annotations.NullMarked;
