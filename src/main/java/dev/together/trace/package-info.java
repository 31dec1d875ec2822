/** Traces: how long a message takes on each part of its way, through all processes. */
@NullMarked
@CheckReturnValue
package dev.together.trace;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
