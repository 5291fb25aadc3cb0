import { assert, suite } from '@oxbow/testkit';
import { MAX_ZOOM, type Point, TreeCamera } from '../../src/page/tree-camera.ts';

const SIZE = { width: 432, height: 232 };
const near = (point: Point, x: number, y: number): void =>
  assert.ok(Math.hypot(point.x - x, point.y - y) < 1e-6, JSON.stringify(point));

const test = suite('the camera of the tree');

test('shows the whole tree at first, in the middle of the picture', () => {
  const camera = new TreeCamera();
  near(camera.toPicture({ x: 0, y: 0 }, SIZE), 216, 116);
  near(camera.toPicture({ x: 1, y: 0 }, SIZE), 316, 116);
  near(camera.toTree({ x: 316, y: 116 }, SIZE), 1, 0);
});

test('what is under the pointer stays there while one comes nearer', () => {
  const camera = new TreeCamera();
  const at = { x: 256, y: 96 };
  const place = camera.toTree(at, SIZE);
  camera.zoomBy(4, at, SIZE);
  near(camera.toPicture(place, SIZE), at.x, at.y);
  assert.is(camera.zoom, 4);
});

test('comes no nearer than its bound, and goes no further away than the whole', () => {
  const camera = new TreeCamera();
  camera.zoomBy(MAX_ZOOM, { x: 216, y: 116 }, SIZE);
  camera.zoomBy(1.5, { x: 216, y: 116 }, SIZE);
  assert.is(camera.zoom, MAX_ZOOM);
  camera.zoomBy(1e-9, { x: 216, y: 116 }, SIZE);
  assert.is(camera.zoom, 1);
});

test('is moved by the hand, and never away from the tree', () => {
  const camera = new TreeCamera();
  camera.panBy(50, 0, SIZE);
  near(camera.toPicture({ x: 0, y: 0 }, SIZE), 216, 116);
  camera.zoomBy(2, { x: 216, y: 116 }, SIZE);
  camera.panBy(50, 0, SIZE);
  near(camera.toPicture({ x: 0, y: 0 }, SIZE), 266, 116);
  camera.panBy(5000, 0, SIZE);
  near(camera.toPicture({ x: 0, y: 0 }, SIZE), 316, 116);
});

test('brings a place into the middle when it is out of the picture, and leaves it where it is seen', () => {
  const camera = new TreeCamera();
  camera.zoomBy(10, { x: 216, y: 116 }, SIZE);
  camera.reveal({ x: 0.5, y: 0 }, SIZE);
  near(camera.toPicture({ x: 0.5, y: 0 }, SIZE), 216, 116);
  camera.reveal({ x: 0.55, y: 0 }, SIZE);
  near(camera.toPicture({ x: 0.5, y: 0 }, SIZE), 216, 116);
  camera.reset();
  near(camera.toPicture({ x: 0, y: 0 }, SIZE), 216, 116);
});

test.run();
