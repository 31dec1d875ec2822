/** Local mode: one process with its own PostgreSQL, for trying it out. Built by the Maven profile {@code local} only. */
@NullMarked
@CheckReturnValue
package dev.together.local;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
