package dev.together;
